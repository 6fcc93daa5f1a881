"""What is heard: the output protocol, libVLC, silence, the recording ear, clips on disk."""
