"""The HTTP edge: public page, API, WeChat callback."""
