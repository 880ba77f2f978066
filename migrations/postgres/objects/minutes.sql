-- The rows of minutes as of now, as known now, with the rights of the role that asks.
CREATE VIEW minutes WITH (security_invoker) AS SELECT * FROM minutes_at();
COMMENT ON VIEW minutes IS 'Every draft of minutes, and every approval';
COMMENT ON COLUMN minutes.committee IS 'The code of the committee';
COMMENT ON COLUMN minutes.meeting IS 'The meeting that drafted or approved them';
COMMENT ON COLUMN minutes.edition IS 'draft or confidential draft';
COMMENT ON COLUMN minutes.step IS 'drafted or approved';
COMMENT ON COLUMN minutes.drafted_on IS 'Of a draft: the day it was ready';
COMMENT ON COLUMN minutes.document IS 'Of a draft: the document';
COMMENT ON COLUMN minutes.minutes_of IS 'Of an approval: the day of the meeting that was minuted';
COMMENT ON COLUMN minutes.outcome IS 'Of an approval: as written, or subject to amendments';
COMMENT ON COLUMN minutes.amendments IS 'Of an approval: the amendments, as far as the reader may see them';
COMMENT ON COLUMN minutes.comments_received IS
    'Of an approval: whether comments had been received; null if the record does not say';
