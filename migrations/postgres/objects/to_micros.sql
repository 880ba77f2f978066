-- A time as microseconds since the epoch; an infinite one as the lowest or highest moment.
CREATE FUNCTION to_micros(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN isfinite(moment) THEN (extract(epoch FROM moment) * 1000000)::bigint
                WHEN moment > timestamptz 'epoch' THEN 9223372036854775807 - 1 ELSE -9223372036854775807 END;
