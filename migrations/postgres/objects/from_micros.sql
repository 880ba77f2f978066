-- Microseconds since the epoch, as a time.
CREATE FUNCTION from_micros(micros bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN timestamptz 'epoch' + interval '1 microsecond' * micros;
