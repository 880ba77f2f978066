-- How confidential each level is, as in domain/schemes/. An unknown label ranks above every clearance.
CREATE FUNCTION mark_rank(label text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE label WHEN 'WHITE' THEN 0 WHEN 'CLEAR' THEN 0 WHEN 'GREEN' THEN 10 WHEN 'AMBER' THEN 20
                      WHEN 'AMBER+STRICT' THEN 25 WHEN 'RED' THEN 30 ELSE 255 END;
