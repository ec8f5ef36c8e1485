SELECT tenant, ts, seq, observed_ts, service, severity_number, severity_text, level, body,
  stream_id, resource_id, scope_id, trace_id, span_id, trace_source, `attributes_string`, `attributes_int`, `attributes_double`, `attributes_bool`, `attributes_json`,
  flags, event_name, dropped_attributes_count, origin FROM logs
    WHERE tenant = 't' AND ts >= fromUnixTimestamp64Nano(1000, 'UTC') AND ts < fromUnixTimestamp64Nano(2000000000000000001, 'UTC') AND toStartOfTenMinutes(ts) >= toStartOfTenMinutes(fromUnixTimestamp64Nano(1000, 'UTC'))
    AND toStartOfTenMinutes(ts) <= toStartOfTenMinutes(fromUnixTimestamp64Nano(2000000000000000001, 'UTC')) AND ts <= fromUnixTimestamp64Nano(5, 'UTC') AND (ts < fromUnixTimestamp64Nano(5, 'UTC') OR seq < 7)
    ORDER BY ts DESC, seq DESC LIMIT 10