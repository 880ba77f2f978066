"""What the formats of the document look like: schemathesis makes up values of those that it knows by name alone."""

import schemathesis
from hypothesis import strategies as st

# `If-Match`: a version in quotation marks, or any.
schemathesis.openapi.format("entity-tag", st.integers(0, 10**15 - 1).map('"{}"'.format) | st.just("*"))
