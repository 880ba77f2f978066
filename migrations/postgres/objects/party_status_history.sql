-- The rows of party_status_history as of now, as known now, with the rights of the role that asks.
CREATE VIEW party_status_history WITH (security_invoker) AS SELECT * FROM party_status_history_at();
COMMENT ON VIEW party_status_history IS 'Every status of a party that a meeting agreed or deferred';
COMMENT ON COLUMN party_status_history.committee IS 'The code of the committee that uses the pseudonym';
COMMENT ON COLUMN party_status_history.party IS 'The pseudonym of the party';
COMMENT ON COLUMN party_status_history.category IS 'Its category';
COMMENT ON COLUMN party_status_history.kind IS 'assurance or compliance';
COMMENT ON COLUMN party_status_history.value IS
    'The agreed status; null if it is undisclosed, deferred, or above the clearance of the reader';
COMMENT ON COLUMN party_status_history.classification IS 'The classification of the value; null if the value is';
COMMENT ON COLUMN party_status_history.deferred IS 'Whether the meeting deferred it instead of agreeing it';
COMMENT ON COLUMN party_status_history.deferred_to IS 'The day of the meeting to which it was deferred';
COMMENT ON COLUMN party_status_history.assessment IS 'The assessment on which it rests';
COMMENT ON COLUMN party_status_history.agreed_on IS 'The day it was agreed or deferred';
COMMENT ON COLUMN party_status_history.meeting IS 'The meeting';
COMMENT ON COLUMN party_status_history.item IS 'The number or label of the agenda item';
COMMENT ON COLUMN party_status_history.decision IS 'The decision that agreed it';
COMMENT ON COLUMN party_status_history.authority IS 'The person or body on whose authority it was agreed';
