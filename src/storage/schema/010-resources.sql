-- Who sends telemetry, kept out of the rows: resources and instrumentation scopes by the hash of their content, one row
-- for each day (UTC) in which they appear, and every attribute key that has been stored with its type.

CREATE TABLE resources
(
    tenant LowCardinality(String),
    day Date,
    resource_id UInt64,
    service LowCardinality(String),
    attributes_string Map(LowCardinality(String), String),
    attributes_int Map(LowCardinality(String), Int64),
    attributes_double Map(LowCardinality(String), Float64),
    attributes_bool Map(LowCardinality(String), Bool),
    attributes_json Map(LowCardinality(String), String),
    dropped_attributes_count UInt32,
    schema_url String
)
ENGINE = {Replicated}ReplacingMergeTree
PARTITION BY day
ORDER BY (tenant, resource_id);

CREATE TABLE scopes
(
    tenant LowCardinality(String),
    day Date,
    scope_id UInt64,
    name String,
    version String,
    attributes_string Map(LowCardinality(String), String),
    attributes_int Map(LowCardinality(String), Int64),
    attributes_double Map(LowCardinality(String), Float64),
    attributes_bool Map(LowCardinality(String), Bool),
    attributes_json Map(LowCardinality(String), String),
    dropped_attributes_count UInt32,
    schema_url String
)
ENGINE = {Replicated}ReplacingMergeTree
PARTITION BY day
ORDER BY (tenant, scope_id);

-- holder: log, span, event, link, resource, scope. kind: 0 empty, 1 text, 2 int, 3 double, 4 bool, 5 json.
CREATE TABLE attribute_keys
(
    tenant LowCardinality(String),
    day Date,
    signal LowCardinality(String),
    holder LowCardinality(String),
    key String,
    kind UInt8
)
ENGINE = {Replicated}ReplacingMergeTree
PARTITION BY day
ORDER BY (tenant, signal, holder, key, kind);
