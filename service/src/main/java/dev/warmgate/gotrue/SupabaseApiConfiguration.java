package dev.warmgate.gotrue;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * The API in the form of Supabase's, under {@code /auth/v1}.
 *
 * @param enabled off by default
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SupabaseApiConfiguration(Boolean enabled) {
  public SupabaseApiConfiguration(@Nullable Boolean enabled) {
    this.enabled = enabled != null && enabled;
  }

  public static SupabaseApiConfiguration defaults() {
    return new SupabaseApiConfiguration(null);
  }
}
