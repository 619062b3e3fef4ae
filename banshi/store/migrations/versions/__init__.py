"""The changes of the tables in their order. The newest one's revision is `banshi.store.migrating.HEAD`."""
