-- The index over all signals: trace ID -> time bounds and services. It is kept up at insert and holds no counts, so a
-- batch that is stored twice does no harm. The low half of the ID leads the key, because 64-bit IDs are looked up too.
-- IDs that only stand in a log's text are not entered: they count once the trace exists.

CREATE TABLE trace_index
(
    tenant LowCardinality(String),
    day Date,
    trace_low FixedString(8),
    trace_id FixedString(16),
    start_ts SimpleAggregateFunction(min, DateTime64(9, 'UTC')),
    end_ts SimpleAggregateFunction(max, DateTime64(9, 'UTC')),
    services SimpleAggregateFunction(groupUniqArrayArray, Array(String))
)
ENGINE = {Replicated}AggregatingMergeTree
PARTITION BY day
ORDER BY (tenant, trace_low, trace_id);

CREATE MATERIALIZED VIEW trace_index_from_spans TO trace_index AS
SELECT
    tenant,
    toDate(min(spans.ts)) AS day,
    toFixedString(substring(trace_id, 9, 8), 8) AS trace_low,
    trace_id,
    min(spans.ts) AS start_ts,
    max(addNanoseconds(spans.ts, greatest(duration_ns, 0))) AS end_ts,
    groupUniqArray(toString(service)) AS services
FROM spans
GROUP BY tenant, trace_id;

-- A record may name several traces; sources 1 to 3 are all but the text.
CREATE MATERIALIZED VIEW trace_index_from_logs TO trace_index AS
SELECT
    tenant,
    toDate(min(logs.ts)) AS day,
    toFixedString(substring(id, 9, 8), 8) AS trace_low,
    id AS trace_id,
    min(logs.ts) AS start_ts,
    max(logs.ts) AS end_ts,
    groupUniqArray(toString(service)) AS services
FROM logs
ARRAY JOIN arrayFilter(
    (id, source) -> source IN (1, 2, 3),
    arrayPushFront(other_trace_ids, logs.trace_id),
    arrayPushFront(other_trace_sources, trace_source)) AS id
GROUP BY tenant, id;
