"""Members, activities and everything, from and to files."""
