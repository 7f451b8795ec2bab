"""Pictures: taken in by a process of their own, kept as files under the name of their content, shown to who may see."""
