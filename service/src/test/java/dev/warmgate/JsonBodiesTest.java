package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Checks that a body costs no look at the annotations of its endpoint. */
final class JsonBodiesTest {
  /** Like a described endpoint's, whose hash is that of a long text. */
  private static final class Described implements Annotation {
    @Override
    public Class<? extends Annotation> annotationType() {
      return Override.class;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      throw new AssertionError("hashed");
    }
  }

  @Test
  void writesWithoutTheAnnotationsOfTheEndpoint() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();

    new JsonBodies(new ObjectMapper())
        .writeTo(
            Map.of("active", true),
            Map.class,
            Map.class,
            new Annotation[] {new Described()},
            MediaType.APPLICATION_JSON_TYPE,
            new MultivaluedHashMap<>(),
            body);

    assertThat(body).hasToString("{\"active\":true}");
  }
}
