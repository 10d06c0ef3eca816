package dev.warmgate.oauth;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a form. None may be repeated, one without a value counts as omitted, and
 * unknown ones are ignored (RFC 6749 section 3.2).
 */
record FormParameters(@Nullable MultivaluedMap<String, String> form) {
  Optional<String> find(String name) {
    return find(name, ProblemType.BAD_REQUEST);
  }

  /**
   * @param twice the error if the parameter is repeated
   */
  Optional<String> find(String name, ProblemType twice) {
    List<String> values = form == null ? null : form.get(name);
    if (values == null) {
      return Optional.empty();
    }
    if (values.size() > 1) {
      throw new ApiException(twice, name + " must not be repeated");
    }
    // Without "=", the value is null.
    return Optional.ofNullable(values.getFirst()).filter(value -> !value.isEmpty());
  }

  String require(String name) {
    return find(name)
        .orElseThrow(() -> new ApiException(ProblemType.BAD_REQUEST, name + " is missing"));
  }
}
