-- The rows of outstanding_actions as of now, as known now, with the rights of the role that asks.
CREATE VIEW outstanding_actions WITH (security_invoker) AS SELECT * FROM outstanding_actions_at();
COMMENT ON VIEW outstanding_actions IS 'The actions that are still to be done';
COMMENT ON COLUMN outstanding_actions.reference IS 'Its reference, such as SSC72/01';
COMMENT ON COLUMN outstanding_actions.committee IS 'The code of its committee';
COMMENT ON COLUMN outstanding_actions.text IS 'What is to be done';
COMMENT ON COLUMN outstanding_actions.classification IS 'The classification of the text';
COMMENT ON COLUMN outstanding_actions.marked IS 'The mark printed beside it; null where there is none';
COMMENT ON COLUMN outstanding_actions.owners IS 'Who is to do it';
COMMENT ON COLUMN outstanding_actions.due_on IS 'By when; null where no date was set';
COMMENT ON COLUMN outstanding_actions.status IS 'outstanding, complete, withdrawn or superseded';
COMMENT ON COLUMN outstanding_actions.progress IS
    'While outstanding: overdue or on target, by its date; what was reported where it has none';
COMMENT ON COLUMN outstanding_actions.overdue IS
    'Whether it is outstanding after the day it was due, by the calendar of the committee';
COMMENT ON COLUMN outstanding_actions.reported IS 'What the committee was last told of its progress';
COMMENT ON COLUMN outstanding_actions.raised_in IS 'The meeting that raised it';
COMMENT ON COLUMN outstanding_actions.raised_on IS 'The day it was raised';
COMMENT ON COLUMN outstanding_actions.item IS 'The number of the agenda item it was raised under';
COMMENT ON COLUMN outstanding_actions.decision IS 'The decision it carries out';
COMMENT ON COLUMN outstanding_actions.note IS
    'What was last said of it; null where nothing was, or where it is above the clearance of the reader';
COMMENT ON COLUMN outstanding_actions.note_classification IS 'The classification of the note; null where the note is';
COMMENT ON COLUMN outstanding_actions.updated_on IS 'The day it was last dealt with';
COMMENT ON COLUMN outstanding_actions.closed_on IS 'The day it was completed, withdrawn or superseded';
COMMENT ON COLUMN outstanding_actions.superseded_by IS 'The action that took its place';
COMMENT ON COLUMN outstanding_actions.due_date_moves IS 'How often its due date was moved';
COMMENT ON COLUMN outstanding_actions.carried_forward IS 'How often it was carried forward';
COMMENT ON COLUMN outstanding_actions.reassigned IS 'How often its owners changed';
COMMENT ON COLUMN outstanding_actions.mentions IS 'The references in its text';
