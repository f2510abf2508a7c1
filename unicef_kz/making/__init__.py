"""Many made records, to see how the site bears them. None of it is about anybody."""
