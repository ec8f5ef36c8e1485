-- A trace that only an exemplar names is known too. It comes after the tables of metrics.

CREATE MATERIALIZED VIEW trace_index_from_exemplars TO trace_index AS
SELECT
    tenant,
    toDate(min(exemplars.ts)) AS day,
    toFixedString(substring(trace_id, 9, 8), 8) AS trace_low,
    trace_id,
    min(toDateTime64(exemplars.ts, 9, 'UTC')) AS start_ts,
    max(toDateTime64(exemplars.ts, 9, 'UTC')) AS end_ts,
    emptyArrayString() AS services
FROM exemplars
WHERE trace_id != toFixedString('', 16)
GROUP BY tenant, trace_id;
