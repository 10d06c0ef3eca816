package dev.warmgate.request;

import java.util.Map;

/**
 * A successful answer that is the same for everybody, as it is sent.
 *
 * @param headers by their names in lower case
 */
public record PreparedAnswer(byte[] bytes, Map<String, String> headers) {}
