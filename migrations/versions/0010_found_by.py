"""Stories are found in PostgreSQL by what they are found by in a library of this machine.

That is: by all titles and descriptions, in any script and in Latin letters as they may be typed.
Such keys are made by who publishes a story; of one that was written by hand they are made here,
and have no romanised words then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrating import on_postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The same letters for one another as in player.roman.searching, for what is in Latin letters.
KEY = """
CREATE FUNCTION fill_catalogue_keys() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE
    made text;
BEGIN
    SELECT k.keys INTO made FROM catalogue_keys k
    WHERE k.slug = NEW.slug AND k.told = md5(NEW.shown->>'told');
    IF made IS NULL THEN
        SELECT lower(concat_ws(' ', NEW.slug, string_agg(concat_ws(' ', e->>1, e->>2), ' ')))
        INTO made FROM jsonb_array_elements(NEW.shown->'told') e;
        made := regexp_replace(made, '[''’ʼ]', '', 'g');
        made := regexp_replace(made, '[^[:alnum:]_\\u0300-\\u036f\\u0900-\\u0963\\u0970-\\u09ff'
            '\\u0b80-\\u0bff\\u200c\\u200d]+', ' ', 'g');
        made := translate(made, U&'\\0901\\093C\\09BC\\200C\\200D', U&'\\0902');
        made := regexp_replace(made, 'ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])',
            'ं', 'g');
        made := regexp_replace(normalize(made, NFD), '[\\u0300-\\u036f]', '', 'g');
        made := replace(replace(normalize(made, NFC), 'zh', 'l'), 'x', 'ks');
        made := translate(made, 'eowzqføłđı', 'iuvjkpuldi');
        made := regexp_replace(made, '([bcdgjklmnprstv])h+', '\\1', 'g');
        made := regexp_replace(made, '([a-z])\\1+', '\\1', 'g');
        made := regexp_replace(regexp_replace(made, 'uv+', 'u', 'g'), 'iy+', 'i', 'g');
    END IF;
    NEW.keys := trim(made);
    NEW.words := (SELECT coalesce(array_to_tsvector(array_agg(DISTINCT left(word, 100))), '')
        FROM string_to_table(left(made, 100000), ' ') word WHERE word <> '');
    RETURN NEW;
END
$$
"""
FOLLOW = """
CREATE FUNCTION follow_catalogue_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
    UPDATE catalogue_search SET shown = shown WHERE slug = NEW.slug;
    RETURN NULL;
END
$$
"""
COMMENTS = {
    "fill_catalogue_keys()": "Keeps what a row of catalogue_search is found by in step with it",
    "follow_catalogue_keys()": "Keeps catalogue_search in step with catalogue_keys",
}
# As in 0009: without the extension, words are found by how they begin.
TRIGRAMS = """
DO $$ BEGIN
    CREATE INDEX idx_catalogue_search_inside ON catalogue_search
        USING gin ({column} gin_trgm_ops);
EXCEPTION WHEN undefined_object THEN
    RAISE NOTICE 'pg_trgm cannot be used: %', SQLERRM;
END $$
"""


def upgrade() -> None:
    """Make them, and the keys of what is there."""
    if not on_postgresql():
        return
    op.create_table(
        "catalogue_keys",
        sa.Column(
            "slug",
            sa.String(255, collation="C"),
            nullable=False,
            comment="That of the story, or of the episode",
        ),
        sa.Column("told", sa.Text(), nullable=False, comment="MD5 of the editions it was made of"),
        sa.Column("keys", sa.Text(), nullable=False, comment="Folded words, a blank between two"),
        sa.PrimaryKeyConstraint("slug", name="catalogue_keys_pkey"),
        comment="What stories are found by, as made by who published them",
    )
    op.add_column(
        "catalogue_search",
        sa.Column(
            "keys",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="What it is found by: folded words of all titles and descriptions",
        ),
    )
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in (KEY, FOLLOW):
        op.execute(sa.text(function.replace("{schema}", schema).replace(":", "\\:")))
    for function, comment in COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {function} IS '{comment}'")
    op.execute(
        "CREATE TRIGGER fill_catalogue_keys BEFORE INSERT OR UPDATE OF shown ON catalogue_search "
        "FOR EACH ROW EXECUTE FUNCTION fill_catalogue_keys()"
    )
    op.execute(
        "CREATE TRIGGER follow_catalogue_keys AFTER INSERT OR UPDATE ON catalogue_keys "
        "FOR EACH ROW EXECUTE FUNCTION follow_catalogue_keys()"
    )
    _made_anew("UPDATE catalogue_search SET shown = shown", "keys")


def downgrade() -> None:
    """Take them away: titles alone are searched again."""
    if not on_postgresql():
        return
    op.execute("DROP TRIGGER fill_catalogue_keys ON catalogue_search")
    op.drop_table("catalogue_keys")
    for function in COMMENTS:
        op.execute(f"DROP FUNCTION {function}")
    _made_anew("SELECT refresh_catalogue_search()", "titles")
    op.drop_column("catalogue_search", "keys")


def _made_anew(how: str, column: str) -> None:
    """Make all rows anew, without the indexes that would follow each of them: a third faster."""
    indexes = (
        op.get_bind()
        .execute(
            sa.text(
                "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
                "WHERE indrelid = 'catalogue_search'::regclass AND NOT indisprimary "
                "AND indexrelid IS DISTINCT FROM to_regclass('idx_catalogue_search_inside')"
            )
        )
        .all()
    )
    op.execute("DROP INDEX IF EXISTS idx_catalogue_search_inside")
    for name, _ in indexes:
        op.execute(f"DROP INDEX {name}")
    op.execute(how)
    for _, definition in indexes:
        op.execute(definition)
    op.execute(TRIGRAMS.replace("{column}", column))
