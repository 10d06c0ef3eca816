package dev.warmgate.password;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warmgate.secret.Crypto;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Argon2id of a libargon2 on this machine, by its C interface. Where libsodium maps and clears new
 * memory for each hash, this keeps the memory of as many hashes as ever ran at once; the library
 * clears it after each. A library that breaks its interface can crash the process.
 */
@SuppressWarnings("restricted")
final class Libargon2 implements Argon2id {
  private static final int SALT_BYTES = 16;
  private static final int RESULT_BYTES = 32;

  /** Argon2's version 1.3 and its answer that nothing failed. */
  private static final int VERSION = 0x13;

  private static final int OK = 0;
  private static final int OUT_OF_MEMORY = -22;

  /** Of huge pages, which save a quarter of the address translations. */
  private static final long ALIGNMENT = 2L << 20;

  /** The advice for memory that may have huge pages, and for memory that must not. */
  private static final int HUGE_PAGES = 14;

  private static final int NO_HUGE_PAGES = 15;

  /** struct Argon2_Context of argon2.h. */
  private static final StructLayout CONTEXT =
      MemoryLayout.structLayout(
          ADDRESS.withName("out"),
          JAVA_INT.withName("outlen"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("pwd"),
          JAVA_INT.withName("pwdlen"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("salt"),
          JAVA_INT.withName("saltlen"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("secret"),
          JAVA_INT.withName("secretlen"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("ad"),
          JAVA_INT.withName("adlen"),
          JAVA_INT.withName("t_cost"),
          JAVA_INT.withName("m_cost"),
          JAVA_INT.withName("lanes"),
          JAVA_INT.withName("threads"),
          JAVA_INT.withName("version"),
          ADDRESS.withName("allocate_cbk"),
          ADDRESS.withName("free_cbk"),
          JAVA_INT.withName("flags"),
          MemoryLayout.paddingLayout(4));

  private static final VarHandle OUT = field("out");
  private static final VarHandle OUTLEN = field("outlen");
  private static final VarHandle PWD = field("pwd");
  private static final VarHandle PWDLEN = field("pwdlen");
  private static final VarHandle SALT = field("salt");
  private static final VarHandle SALTLEN = field("saltlen");
  private static final VarHandle T_COST = field("t_cost");
  private static final VarHandle M_COST = field("m_cost");
  private static final VarHandle LANES = field("lanes");
  private static final VarHandle THREADS = field("threads");
  private static final VarHandle VERSION_FIELD = field("version");
  private static final VarHandle ALLOCATE = field("allocate_cbk");
  private static final VarHandle FREE = field("free_cbk");

  private final int memoryKib;
  private final int advice;
  private final MethodHandle argon2id;
  private final MethodHandle alignedAlloc;
  private final MethodHandle madvise;
  private final MethodHandle release;
  private final MemorySegment allocate;
  private final MemorySegment free;
  private final Queue<MemorySegment> kept = new ConcurrentLinkedQueue<>();

  /**
   * Loads the library for the rest of this process's life.
   *
   * @param memoryKib what most hashes take, whose memory is kept
   * @param hugePages whether that memory has huge pages, where the kernel has them
   * @throws IllegalArgumentException if the file is no library with Argon2's functions
   */
  Libargon2(Path library, int memoryKib, boolean hugePages) {
    this.memoryKib = memoryKib;
    this.advice = hugePages ? HUGE_PAGES : NO_HUGE_PAGES;
    Linker linker = Linker.nativeLinker();
    argon2id =
        linker.downcallHandle(
            SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("argon2id_ctx"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS));
    SymbolLookup libc = linker.defaultLookup();
    alignedAlloc =
        linker.downcallHandle(
            libc.findOrThrow("aligned_alloc"),
            FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    madvise =
        linker.downcallHandle(
            libc.findOrThrow("madvise"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    release = linker.downcallHandle(libc.findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));
    allocate =
        linker.upcallStub(
            bound("allocate", MethodType.methodType(int.class, MemorySegment.class, long.class)),
            FunctionDescriptor.of(JAVA_INT, ADDRESS.withTargetLayout(ADDRESS), JAVA_LONG),
            Arena.global());
    free =
        linker.upcallStub(
            bound("free", MethodType.methodType(void.class, MemorySegment.class, long.class)),
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG),
            Arena.global());
  }

  private static VarHandle field(String name) {
    return CONTEXT.varHandle(PathElement.groupElement(name));
  }

  private MethodHandle bound(String method, MethodType type) {
    try {
      return MethodHandles.lookup().findVirtual(Libargon2.class, method, type).bindTo(this);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String hash(byte[] secret, int iterations, int memoryKib) {
    byte[] salt = Crypto.random(SALT_BYTES);
    byte[] result = new byte[RESULT_BYTES];
    PhcString phc = new PhcString(memoryKib, iterations, 1, salt, result);
    int answer = compute(phc, secret);
    if (answer != OK) {
      throw new IllegalStateException("libargon2 answered " + answer);
    }
    return phc.toString();
  }

  @Override
  public boolean matches(String hash, byte[] secret) {
    Optional<PhcString> parsed = PhcString.parse(hash);
    if (parsed.isEmpty()) {
      return false;
    }
    byte[] expected = parsed.get().result().clone();
    int answer = compute(parsed.get(), secret);
    if (answer == OUT_OF_MEMORY) {
      throw new IllegalStateException("libargon2 could not get memory for a hash");
    }
    return answer == OK && MessageDigest.isEqual(expected, parsed.get().result());
  }

  @Override
  public void freeMemory() {
    try {
      for (MemorySegment free = kept.poll(); free != null; free = kept.poll()) {
        release.invokeExact(free);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Overwrites the result; returns what the library answers. */
  private int compute(PhcString phc, byte[] secret) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment context = arena.allocate(CONTEXT);
      MemorySegment out = arena.allocate(phc.result().length);
      MemorySegment password = arena.allocateFrom(ValueLayout.JAVA_BYTE, secret);
      OUT.set(context, 0L, out);
      OUTLEN.set(context, 0L, phc.result().length);
      PWD.set(context, 0L, password);
      PWDLEN.set(context, 0L, secret.length);
      SALT.set(context, 0L, arena.allocateFrom(ValueLayout.JAVA_BYTE, phc.salt()));
      SALTLEN.set(context, 0L, phc.salt().length);
      T_COST.set(context, 0L, phc.iterations());
      M_COST.set(context, 0L, phc.memoryKib());
      LANES.set(context, 0L, phc.lanes());
      THREADS.set(context, 0L, 1);
      VERSION_FIELD.set(context, 0L, VERSION);
      if (phc.memoryKib() == memoryKib && phc.lanes() == 1) {
        ALLOCATE.set(context, 0L, allocate);
        FREE.set(context, 0L, free);
      }
      int answer = (int) argon2id.invokeExact(context);
      password.fill((byte) 0);
      MemorySegment.copy(out, ValueLayout.JAVA_BYTE, 0, phc.result(), 0, phc.result().length);
      return answer;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The library calls this for the memory of a hash. An exception here would end the process. */
  @SuppressWarnings("UnusedMethod")
  private int allocate(MemorySegment memory, long bytes) {
    try {
      MemorySegment found = kept.poll();
      MemorySegment given = found == null ? mapped(bytes) : found;
      memory.set(ADDRESS, 0, given);
      return given.address() == 0 ? OUT_OF_MEMORY : OK;
    } catch (Throwable noMemory) {
      return OUT_OF_MEMORY;
    }
  }

  private MemorySegment mapped(long bytes) throws Throwable {
    MemorySegment memory = (MemorySegment) alignedAlloc.invokeExact(ALIGNMENT, bytes);
    if (memory.address() != 0) {
      // Advice only: where the kernel has no huge pages, small ones do.
      int _ = (int) madvise.invokeExact(memory, bytes / ALIGNMENT * ALIGNMENT, advice);
    }
    return memory;
  }

  /** The library calls this after it has cleared the memory of a hash. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
  private void free(MemorySegment memory, long bytes) {
    kept.add(memory);
  }
}
