-- A meeting, or a decision of one, by the reference in force: `names` are those of renumbered meetings.
CREATE FUNCTION in_force(named text, names jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((names ->> split_part(named, '/', 1)) || substr(named, strpos(named || '/', '/')), named);
COMMENT ON FUNCTION in_force IS 'A meeting, or a decision of one, by the reference in force';
