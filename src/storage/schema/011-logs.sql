-- Log records and the streams (Loki's label sets) that they belong to.

CREATE TABLE streams
(
    tenant LowCardinality(String),
    day Date,
    stream_id UInt64,
    service LowCardinality(String),
    labels Map(LowCardinality(String), String)
)
ENGINE = {Replicated}ReplacingMergeTree
PARTITION BY day
ORDER BY (tenant, stream_id, service);

-- trace_id is the best ID that the record names, trace_source where it was found (0 nowhere, 1 field, 2 key,
-- 3 traceparent, 4 text); the further ones are in other_trace_ids. `repeated` marks rows that may have been stored
-- before: only among these does a count look for identical entries.
CREATE TABLE logs
(
    tenant LowCardinality(String),
    ts DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    seq UInt64 CODEC(Delta(8), ZSTD(1)),
    observed_ts DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    service LowCardinality(String),
    severity_number UInt8,
    severity_text LowCardinality(String),
    level LowCardinality(String),
    body String CODEC(ZSTD(1)),
    body_kind UInt8,
    stream_id UInt64 CODEC(ZSTD(1)),
    resource_id UInt64 CODEC(ZSTD(1)),
    scope_id UInt64 CODEC(ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    span_id FixedString(8) CODEC(ZSTD(1)),
    trace_source UInt8,
    other_trace_ids Array(FixedString(16)) CODEC(ZSTD(1)),
    other_span_ids Array(FixedString(8)) CODEC(ZSTD(1)),
    other_trace_sources Array(UInt8) CODEC(ZSTD(1)),
    attributes_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_int Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    attributes_double Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    attributes_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
    attributes_json Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    flags UInt32,
    event_name LowCardinality(String),
    dropped_attributes_count UInt32,
    origin UInt8,
    repeated Bool,
    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX other_trace_ids_bloom other_trace_ids TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX span_id_bloom span_id TYPE bloom_filter GRANULARITY 1,
    INDEX seq_bounds seq TYPE minmax GRANULARITY 1
)
ENGINE = {Replicated}MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, toStartOfTenMinutes(ts), service, ts, seq);
