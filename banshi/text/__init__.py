"""Chinese text as such: normalising, terms, sound, personal numbers.

Belongs here: pure functions over strings. Does not belong here: anything that knows an item, a region or a conversation.
May import: nothing else of `banshi`. The Rasa environment imports this package too, so it keeps to the standard library,
zhconv, jieba and pypinyin.
"""
