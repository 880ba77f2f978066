-- The rows of actions as of now, as known now, with the rights of the role that asks.
CREATE VIEW actions WITH (security_invoker) AS SELECT * FROM actions_at();
COMMENT ON VIEW actions IS 'Every action, as it stands';
COMMENT ON COLUMN actions.reference IS 'Its reference, such as SSC72/01';
COMMENT ON COLUMN actions.committee IS 'The code of its committee';
COMMENT ON COLUMN actions.text IS 'What is to be done';
COMMENT ON COLUMN actions.classification IS 'The classification of the text';
COMMENT ON COLUMN actions.marked IS 'The mark printed beside it; null where there is none';
COMMENT ON COLUMN actions.owners IS 'Who is to do it';
COMMENT ON COLUMN actions.due_on IS 'By when; null where no date was set';
COMMENT ON COLUMN actions.status IS 'outstanding, complete, withdrawn or superseded';
COMMENT ON COLUMN actions.progress IS
    'While outstanding: overdue or on target, by its date; what was reported where it has none';
COMMENT ON COLUMN actions.overdue IS
    'Whether it is outstanding after the day it was due, by the calendar of the committee';
COMMENT ON COLUMN actions.reported IS 'What the committee was last told of its progress';
COMMENT ON COLUMN actions.raised_in IS 'The meeting that raised it';
COMMENT ON COLUMN actions.raised_on IS 'The day it was raised';
COMMENT ON COLUMN actions.item IS 'The number of the agenda item it was raised under';
COMMENT ON COLUMN actions.decision IS 'The decision it carries out';
COMMENT ON COLUMN actions.note IS
    'What was last said of it; null where nothing was, or where it is above the clearance of the reader';
COMMENT ON COLUMN actions.note_classification IS 'The classification of the note; null where the note is';
COMMENT ON COLUMN actions.updated_on IS 'The day it was last dealt with';
COMMENT ON COLUMN actions.closed_on IS 'The day it was completed, withdrawn or superseded';
COMMENT ON COLUMN actions.superseded_by IS 'The action that took its place';
COMMENT ON COLUMN actions.due_date_moves IS 'How often its due date was moved';
COMMENT ON COLUMN actions.carried_forward IS 'How often it was carried forward';
COMMENT ON COLUMN actions.reassigned IS 'How often its owners changed';
COMMENT ON COLUMN actions.mentions IS 'The references in its text';
