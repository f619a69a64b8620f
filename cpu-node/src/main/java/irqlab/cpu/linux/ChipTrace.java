package irqlab.cpu.linux;

/**
 * Composes the fields of the {@code vector_*} events of {@link VectorDomain}, if somebody looks.
 */
final class ChipTrace {
  private final VectorTrace out;

  ChipTrace(VectorTrace out) {
    this.out = out;
  }

  void setup(int irq, boolean legacy, Errno errno) {
    if (out.on()) {
      out.vector("setup", irq, "is_legacy=" + bit(legacy) + " ret=" + ret(errno));
    }
  }

  void reserve(ChipVector chip) {
    if (out.on()) {
      out.vector("reserve", chip.irq, "ret=0");
    }
  }

  void reserveManaged(ChipVector chip, Errno errno) {
    if (out.on()) {
      out.vector("reserve_managed", chip.irq, "ret=" + ret(errno));
    }
  }

  void activate(ChipVector chip, boolean reserve) {
    if (out.on()) {
      out.vector("activate", chip.irq, flags(chip, reserve));
    }
  }

  void deactivate(ChipVector chip) {
    if (out.on()) {
      out.vector("deactivate", chip.irq, flags(chip, false));
    }
  }

  void teardown(ChipVector chip) {
    if (out.on()) {
      String fields = "is_managed=" + bit(chip.managed());
      out.vector("teardown", chip.irq, fields + " has_reserved=" + bit(chip.hasReserved));
    }
  }

  void alloc(ChipVector chip, VectorResult result) {
    if (out.on()) {
      String fields = "vector=" + result.vector() + " reserved=" + bit(chip.hasReserved);
      out.vector("alloc", chip.irq, fields + " ret=" + ret(result.errno()));
    }
  }

  void allocManaged(ChipVector chip, VectorResult result) {
    if (out.on()) {
      String fields = "vector=" + result.vector() + " ret=" + ret(result.errno());
      out.vector("alloc_managed", chip.irq, fields);
    }
  }

  void update(ChipVector chip, VectorResult result) {
    if (out.on()) {
      String prev = " prev_vector=" + chip.vector + " prev_cpu=" + chip.cpu;
      out.vector("update", chip.irq, pair(result.vector(), result.cpu()) + prev);
    }
  }

  void config(ChipVector chip, int destination) {
    if (out.on()) {
      String fields = pair(chip.messageVector, chip.effectiveCpu);
      out.vector("config", chip.irq, fields + String.format(" apicdest=0x%08x", destination));
    }
  }

  void clear(ChipVector chip) {
    if (out.on()) {
      String prev = " prev_vector=" + chip.prevVector + " prev_cpu=" + chip.prevCpu;
      out.vector("clear", chip.irq, pair(chip.vector, chip.cpu) + prev);
    }
  }

  void freeMoved(ChipVector chip) {
    if (out.on()) {
      String fields = "cpu=" + chip.prevCpu + " vector=" + chip.prevVector;
      out.vector("free_moved", chip.irq, fields + " is_managed=" + bit(chip.managed()));
    }
  }

  private static String pair(int vector, int cpu) {
    return "vector=" + vector + " cpu=" + cpu;
  }

  private static String flags(ChipVector chip, boolean reserve) {
    return "is_managed="
        + bit(chip.managed())
        + " can_reserve="
        + bit(chip.canReserve)
        + " reserve="
        + bit(reserve);
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  private static int ret(Errno errno) {
    return errno == null ? 0 : -errno.number();
  }
}
