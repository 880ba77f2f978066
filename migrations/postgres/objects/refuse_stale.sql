-- Fails a query of the views while a read model is halted or behind the log.
CREATE FUNCTION refuse_stale(model text, halted_at bigint, up_to bigint, head bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF halted_at IS NOT NULL THEN
        RAISE EXCEPTION 'the read model % cannot go on at position %: run minutebook rebuild', model, halted_at;
    END IF;
    RAISE EXCEPTION 'the read models are at position % and the log at %: run minutebook rebuild', up_to, head;
END
$$;
