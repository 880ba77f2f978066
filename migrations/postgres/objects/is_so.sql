-- Whether a version is the row as of a moment, as known at a position.
CREATE FUNCTION is_so(valid_from bigint, valid_to bigint, known_from bigint, ended_known bigint, known_to bigint,
                      as_of bigint, known_at bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known_from <= known_at AND known_to > known_at AND valid_from <= as_of
           AND (valid_to > as_of OR ended_known > known_at);
