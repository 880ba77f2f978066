-- The rows of meetings as of now, as known now, with the rights of the role that asks.
CREATE VIEW meetings WITH (security_invoker) AS SELECT * FROM meetings_at();
COMMENT ON VIEW meetings IS 'Every meeting';
COMMENT ON COLUMN meetings.reference IS 'Its reference in force, such as SSC_72_2702';
COMMENT ON COLUMN meetings.committee IS 'The code of its committee';
COMMENT ON COLUMN meetings.number IS 'Its number';
COMMENT ON COLUMN meetings.held_on IS 'The day it is held';
COMMENT ON COLUMN meetings.starts_at IS 'The start';
COMMENT ON COLUMN meetings.ends_at IS 'The end';
COMMENT ON COLUMN meetings.venue IS 'The place';
COMMENT ON COLUMN meetings.classification IS 'The classification of its published document';
COMMENT ON COLUMN meetings.next_meeting_on IS 'The day of the next one';
COMMENT ON COLUMN meetings.closed IS 'Whether the chair closed it';
COMMENT ON COLUMN meetings.items IS
    'The agenda items that the reader may see: number, title, title_classification, classification';
COMMENT ON COLUMN meetings.attendance IS 'The persons present: name, organisation, capacity, part';
COMMENT ON COLUMN meetings.apologies IS 'The persons who sent apologies: name, organisation, alternate';
COMMENT ON COLUMN meetings.published IS 'The editions of its headlines: edition, audience, published_on';
COMMENT ON COLUMN meetings.cancelled IS 'Whether it was cancelled';
COMMENT ON COLUMN meetings.postponed_from IS 'The day that it was first convened for; null unless it was postponed';
COMMENT ON COLUMN meetings.formerly IS 'The references that it had before';
