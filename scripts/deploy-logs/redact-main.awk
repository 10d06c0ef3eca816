{ print redacted($0) }
