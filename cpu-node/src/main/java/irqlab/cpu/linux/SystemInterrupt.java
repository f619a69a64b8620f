package irqlab.cpu.linux;

/** The system vectors whose interrupts this model raises (VEC-006), with their rows. */
enum SystemInterrupt {
  /** Local timer. */
  TIMER(0xEC, CpuCounts.Row.LOC),
  /** Reschedule. */
  RESCHEDULE(0xFD, CpuCounts.Row.RES),
  /** Function call to many. */
  CALL_FUNCTION(0xFC, CpuCounts.Row.CAL),
  /** Function call to one. */
  CALL_FUNCTION_SINGLE(0xFB, CpuCounts.Row.CAL),
  /** IRQ work. */
  IRQ_WORK(0xF6, CpuCounts.Row.IWI),
  /** Local APIC error. */
  ERROR(0xFE, CpuCounts.Row.ERR),
  /** Thermal. */
  THERMAL(0xFA, CpuCounts.Row.TRM),
  /** Clean-up of moved vectors, before 6.6 (MOV-012). */
  MOVE_CLEANUP(0x20, null);

  private static final SystemInterrupt[] BY_VECTOR = new SystemInterrupt[256];

  static {
    for (SystemInterrupt each : values()) {
      BY_VECTOR[each.vector] = each;
    }
  }

  private final int vector;
  private final CpuCounts.Row row;

  SystemInterrupt(int vector, CpuCounts.Row row) {
    this.vector = vector;
    this.row = row;
  }

  int vector() {
    return vector;
  }

  CpuCounts.Row row() {
    return row;
  }

  /** What this vector is under this kernel, or null. */
  static SystemInterrupt of(KernelProfile profile, int vector) {
    SystemInterrupt known = BY_VECTOR[vector];
    boolean byVector = profile.cleanup() == KernelProfile.Cleanup.VECTOR;
    return known == MOVE_CLEANUP && !byVector ? null : known;
  }
}
