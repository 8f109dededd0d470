"""Prints a MongoDB database as JSON: documents (relaxed Extended JSON v2) and indexes by collection."""
import json
import sys

import pymongo
from bson.json_util import RELAXED_JSON_OPTIONS, dumps

db = pymongo.MongoClient(sys.argv[1]).get_default_database()
documents, indexes = {}, {}
for name in db.list_collection_names():
    documents[name] = [json.loads(dumps(d, json_options=RELAXED_JSON_OPTIONS)) for d in db[name].find()]
    indexes[name] = [key + (" unique" if i.get("unique") else "") for key, i in db[name].index_information().items()]
json.dump({"Documents": documents, "Indexes": indexes}, sys.stdout)
