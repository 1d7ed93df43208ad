// Imported before the first session: ONNX Runtime's telemetry writes files outside the run folder.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
