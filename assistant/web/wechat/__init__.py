"""The 公众号「即墨工会」: the request gate, the conversation, and the reply."""
