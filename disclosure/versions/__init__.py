"""A text on its way to the public: its versions, the verbs that move them, what a signature does to the catalogue."""
