-- The rows of party_statuses_current as of now, as known now, with the rights of the role that asks.
CREATE VIEW party_statuses_current WITH (security_invoker) AS SELECT * FROM party_statuses_current_at();
COMMENT ON VIEW party_statuses_current IS 'The latest status of each party and kind, agreed or put off';
COMMENT ON COLUMN party_statuses_current.committee IS 'The code of the committee that uses the pseudonym';
COMMENT ON COLUMN party_statuses_current.party IS 'The pseudonym of the party';
COMMENT ON COLUMN party_statuses_current.category IS 'Its category';
COMMENT ON COLUMN party_statuses_current.kind IS 'assurance or compliance';
COMMENT ON COLUMN party_statuses_current.value IS
    'The agreed status; null if it is undisclosed, deferred, or above the clearance of the reader';
COMMENT ON COLUMN party_statuses_current.classification IS 'The classification of the value; null if the value is';
COMMENT ON COLUMN party_statuses_current.deferred IS 'Whether the meeting deferred it instead of agreeing it';
COMMENT ON COLUMN party_statuses_current.deferred_to IS 'The day of the meeting to which it was deferred';
COMMENT ON COLUMN party_statuses_current.assessment IS 'The assessment on which it rests';
COMMENT ON COLUMN party_statuses_current.agreed_on IS 'The day it was agreed or deferred';
COMMENT ON COLUMN party_statuses_current.meeting IS 'The meeting';
COMMENT ON COLUMN party_statuses_current.item IS 'The number of the agenda item';
COMMENT ON COLUMN party_statuses_current.decision IS 'The decision that agreed it';
COMMENT ON COLUMN party_statuses_current.authority IS 'The person or body on whose authority it was agreed';
