"""The whole site in one file: the database, the pictures, the private files.

``archive`` packs and checks, ``cipher`` encrypts, ``files`` says which files belong to the site,
``sqlite`` and ``postgresql`` each take and put back a database, ``making`` and ``restoring`` lead.
"""


class Unusable(Exception):
    """Why a backup cannot be made or restored, in words for the operator."""
