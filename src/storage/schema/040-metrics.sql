-- Metrics as Prometheus has them. A series is its labels, under the hash of them, one row for each day (UTC) in which it
-- has a sample; `resource` holds what is known of its sender and is no label.

CREATE TABLE series
(
    tenant LowCardinality(String),
    day Date,
    series_id UInt64,
    metric LowCardinality(String),
    labels Map(LowCardinality(String), String),
    resource Map(LowCardinality(String), String)
)
ENGINE = {Replicated}ReplacingMergeTree
PARTITION BY day
ORDER BY (tenant, metric, series_id);

-- A query nearly always names its metric, so what belongs to one lies together. Stale markers are values: a NaN with bits of its own, which the codecs keep. start_ms is 0 when unknown.
CREATE TABLE samples
(
    tenant LowCardinality(String),
    metric LowCardinality(String),
    series_id UInt64 CODEC(ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    value Float64 CODEC(Gorilla, ZSTD(1)),
    start_ms Int64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = {Replicated}MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, metric, series_id, ts);

-- Native histograms with absolute float counts, one for each bucket that the spans name. counter_reset_hint: 0 unknown,
-- 1 reset, 2 not reset, 3 gauge.
CREATE TABLE histograms
(
    tenant LowCardinality(String),
    metric LowCardinality(String),
    series_id UInt64 CODEC(ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    start_ms Int64 CODEC(DoubleDelta, ZSTD(1)),
    counter_reset_hint UInt8,
    schema Int8,
    zero_threshold Float64 CODEC(ZSTD(1)),
    zero_count Float64 CODEC(ZSTD(1)),
    count Float64 CODEC(ZSTD(1)),
    sum Float64 CODEC(ZSTD(1)),
    positive_offsets Array(Int32) CODEC(ZSTD(1)),
    positive_lengths Array(UInt32) CODEC(ZSTD(1)),
    positive_buckets Array(Float64) CODEC(ZSTD(1)),
    negative_offsets Array(Int32) CODEC(ZSTD(1)),
    negative_lengths Array(UInt32) CODEC(ZSTD(1)),
    negative_buckets Array(Float64) CODEC(ZSTD(1)),
    custom_values Array(Float64) CODEC(ZSTD(1))
)
ENGINE = {Replicated}MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, metric, series_id, ts);

-- trace_id and span_id are taken from the labels, all zeroes when they name none; the labels keep them as sent.
CREATE TABLE exemplars
(
    tenant LowCardinality(String),
    metric LowCardinality(String),
    series_id UInt64 CODEC(ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    value Float64 CODEC(ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    span_id FixedString(8) CODEC(ZSTD(1)),
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {Replicated}MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, metric, series_id, ts);

CREATE TABLE metric_metadata
(
    tenant LowCardinality(String),
    metric String,
    type LowCardinality(String),
    help String,
    unit String,
    updated_at DateTime64(3, 'UTC')
)
ENGINE = {Replicated}ReplacingMergeTree(updated_at)
ORDER BY (tenant, metric);
