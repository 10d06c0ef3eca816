package dev.warmgate.transfer;

import dev.warmgate.audit.Audit;
import dev.warmgate.factor.FactorSecrets;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes all accounts as of one moment. The audit trail tells of it before the first byte is
 * written.
 */
public final class Exporter {
  /**
   * What was written.
   *
   * @param withoutPassword accounts whose hash the target cannot verify
   * @param withoutFactors accounts whose second factors were not written
   */
  public record Result(long accounts, long withoutPassword, long withoutFactors) {}

  private final ExportDao dao;
  private final FactorSecrets factors;
  private final @Nullable String passkeySite;
  private final Audit audit;

  /**
   * @param factors decrypts second factors
   * @param passkeySite the domain that passkeys belong to; {@code null} if there are none
   */
  public Exporter(ExportDao dao, FactorSecrets factors, @Nullable String passkeySite, Audit audit) {
    this.dao = dao;
    this.factors = factors;
    this.passkeySite = passkeySite;
    this.audit = audit;
  }

  /** Writes JSON Lines, which an import takes back. */
  public Result toNdjson(OutputStream out, boolean secrets) throws IOException {
    record("warmgate", secrets);
    NdjsonExport export = NdjsonExport.to(out, secrets ? factors : null, passkeySite);
    long accounts = dao.readAll(export);
    export.flush();
    return new Result(accounts, 0, export.withoutFactors());
  }

  /** Writes a script for the database of Supabase Auth. */
  public Result toSupabase(OutputStream out, boolean secrets) throws IOException {
    record("supabase", secrets);
    SupabaseExport export =
        new SupabaseExport(
            new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)),
            secrets ? factors : null);
    long accounts = dao.readAll(export);
    export.end();
    return new Result(accounts, export.withoutPassword(), export.withoutFactors());
  }

  private void record(String format, boolean secrets) {
    boolean _ = audit.record(origin -> dao.trail().exported(format, secrets, origin));
  }
}
