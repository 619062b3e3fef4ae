"""消息推送: reminders go there, and from there to the phones of those who want them."""
