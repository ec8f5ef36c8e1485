SELECT bucket, if(`streams0` != '', `streams0`, if(`own0` != '', `own0`, '')) AS `group0`, if(`streams1` != '', `streams1`, if(`own1` != '', `own1`, '')) AS `group1`, sum(amount) AS total
    FROM (SELECT intDiv(toUnixTimestamp64Nano(ts) - 10 - 1, 30) AS bucket, toString(level) AS `own0`, '' AS `own1`, `stream_id`, sum(length(body)) AS amount FROM logs
    WHERE tenant = 't' AND ts > fromUnixTimestamp64Nano(10, 'UTC') AND ts <= fromUnixTimestamp64Nano(100, 'UTC') AND toStartOfTenMinutes(ts) >= toStartOfTenMinutes(fromUnixTimestamp64Nano(10, 'UTC'))
    AND toStartOfTenMinutes(ts) <= toStartOfTenMinutes(fromUnixTimestamp64Nano(100, 'UTC')) AND NOT repeated GROUP BY bucket, `own0`, `own1`, `stream_id` UNION ALL
    SELECT bucket, `own0`, `own1`, `stream_id`, sum(once) AS amount FROM (
      SELECT intDiv(toUnixTimestamp64Nano(ts) - 10 - 1, 30) AS bucket, toString(level) AS `own0`, '' AS `own1`, `stream_id`, any(length(body)) AS once FROM logs
      WHERE tenant = 't' AND ts > fromUnixTimestamp64Nano(10, 'UTC') AND ts <= fromUnixTimestamp64Nano(100, 'UTC') AND toStartOfTenMinutes(ts) >= toStartOfTenMinutes(fromUnixTimestamp64Nano(10, 'UTC'))
    AND toStartOfTenMinutes(ts) <= toStartOfTenMinutes(fromUnixTimestamp64Nano(100, 'UTC')) AND (stream_id, ts) IN (SELECT stream_id, ts FROM logs WHERE tenant = 't' AND ts > fromUnixTimestamp64Nano(10, 'UTC') AND ts <= fromUnixTimestamp64Nano(100, 'UTC') AND toStartOfTenMinutes(ts) >= toStartOfTenMinutes(fromUnixTimestamp64Nano(10, 'UTC'))
    AND toStartOfTenMinutes(ts) <= toStartOfTenMinutes(fromUnixTimestamp64Nano(100, 'UTC')) AND repeated)
      GROUP BY bucket, `own0`, `own1`, `stream_id`, logs.tenant, logs.stream_id, logs.ts, sipHash64(body, observed_ts, severity_number, severity_text, level, resource_id, scope_id, trace_id,
  span_id, trace_source, flags, event_name, dropped_attributes_count, `attributes_string`, `attributes_int`, `attributes_double`, `attributes_bool`, `attributes_json`)
      HAVING min(repeated)
    ) GROUP BY bucket, `own0`, `own1`, `stream_id`) AS counted LEFT ANY JOIN (SELECT `stream_id`, labels['detected_level'] AS `streams0`, labels['service_name'] AS `streams1` FROM `streams`
    WHERE tenant IN (['a', 'b\'']) AND day >= toDate(fromUnixTimestamp64Nano(10, 'UTC')) AND day <= toDate(fromUnixTimestamp64Nano(100, 'UTC'))
    LIMIT 1 BY `stream_id`) AS `known_streams` USING (`stream_id`)
    GROUP BY bucket, `group0`, `group1`