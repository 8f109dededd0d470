"""Prints every document of a database, a line each: collection, space, the
document's own bytes in hexadecimal.

    read.py URI DATABASE
"""
import sys

import pymongo
from bson.raw_bson import RawBSONDocument

client = pymongo.MongoClient(sys.argv[1], document_class=RawBSONDocument)
database = client[sys.argv[2]]
for name in sorted(database.list_collection_names()):
    for document in database[name].find({}):
        print(name, document.raw.hex())
