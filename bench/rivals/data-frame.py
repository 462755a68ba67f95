# A table as one data frame, written to nowhere.
import os

import pandas
import sqlalchemy

engine = sqlalchemy.create_engine(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://"))
with engine.connect() as connection:
    pandas.read_sql(sqlalchemy.text(os.environ["QUERY"].replace(":", "\\:")), connection).to_csv(os.devnull, index=False)
