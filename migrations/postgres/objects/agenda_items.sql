-- The rows of agenda_items as of now, as known now, with the rights of the role that asks.
CREATE VIEW agenda_items WITH (security_invoker) AS SELECT * FROM agenda_items_at();
COMMENT ON VIEW agenda_items IS 'Every agenda item';
COMMENT ON COLUMN agenda_items.meeting IS 'The meeting';
COMMENT ON COLUMN agenda_items.committee IS 'The code of the committee';
COMMENT ON COLUMN agenda_items.held_on IS 'The day of the meeting';
COMMENT ON COLUMN agenda_items.number IS 'Its number, from 1, or its label';
COMMENT ON COLUMN agenda_items.title IS 'Its title';
COMMENT ON COLUMN agenda_items.title_classification IS 'The classification of the title';
COMMENT ON COLUMN agenda_items.classification IS 'The mark printed beside the item; null if there is none';
