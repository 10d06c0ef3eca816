package dev.warmgate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.jersey.jackson.JacksonMessageBodyProvider;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Reads and writes bodies as JSON, each type alike for all endpoints; throws what Jackson does.
 * Jackson looks for views and features among the annotations of the endpoint, of which there are
 * none, and computes their hash for every body: an eighth of the time of an introspection, whose
 * annotations describe it at length.
 */
final class JsonBodies extends JacksonMessageBodyProvider {
  private static final Annotation[] NONE = {};

  JsonBodies(ObjectMapper json) {
    super(json);
  }

  @Override
  public Object readFrom(
      Class<Object> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    return super.readFrom(type, genericType, NONE, mediaType, headers, body);
  }

  @Override
  public void writeTo(
      Object value,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream body)
      throws IOException {
    super.writeTo(value, type, genericType, NONE, mediaType, headers, body);
  }
}
