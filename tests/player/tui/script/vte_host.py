"""A window with a VTE terminal (GNOME's) that runs a command: vte_host.py COLUMNS ROWS COMMAND...

For the system's Python, which has PyGObject.
"""

import sys

import gi  # type: ignore[import-not-found]

gi.require_version("Gtk", "3.0")
gi.require_version("Vte", "2.91")
from gi.repository import GLib, Gtk, Pango, Vte  # type: ignore[import-not-found]  # noqa: E402

columns, rows, *command = sys.argv[1:]
terminal = Vte.Terminal()
terminal.set_size(int(columns), int(rows))
terminal.set_font(Pango.FontDescription("DejaVu Sans Mono 12"))
terminal.connect("child-exited", lambda *_: Gtk.main_quit())
terminal.spawn_async(
    Vte.PtyFlags.DEFAULT, None, command, None, GLib.SpawnFlags.DEFAULT, None, None, -1, None, None
)
window = Gtk.Window()
window.add(terminal)
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
