package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Classes of recordings that are not what the manual says, and which differences each explains.
 * Their rules and reasons are in the list that {@link ManualList} reads.
 *
 * <p>A class does not apply to a recording on which two independent emulators agree, except for a
 * field that the two were not compared on.
 */
enum ManualClass {
  /** Read-only bits of an LVT entry were recorded as stored. */
  LVT_READ_ONLY_BITS {
    @Override
    boolean explains(ApicVector vector, Difference difference) {
      boolean register = difference.name().startsWith("lvt_");
      boolean read = difference.name().equals("value") && offset(vector, difference, 0x320, 0x370);
      return (register || read) && within(difference, LVT_READ_ONLY);
    }
  },
  /** Read-only and reserved bits of the ICR were recorded as stored. */
  ICR_READ_BACK {
    @Override
    boolean explains(ApicVector vector, Difference difference) {
      return switch (difference.name()) {
        case "icr_low" -> within(difference, ICR_LOW_NOT_KEPT);
        case "icr_high" -> within(difference, ICR_HIGH_RESERVED);
        case "value" ->
            (offset(vector, difference, 0x300, 0x300) && within(difference, ICR_LOW_NOT_KEPT))
                || (offset(vector, difference, 0x310, 0x310)
                    && within(difference, ICR_HIGH_RESERVED));
        default -> false;
      };
    }
  },
  /** A software-disabled local APIC was recorded taking a fixed interrupt, or with open LVTs. */
  SOFTWARE_DISABLED {
    @Override
    boolean explains(ApicVector vector, Difference difference) {
      int cpu = difference.cpu() >= 0 ? difference.cpu() : stepCpu(vector, difference);
      boolean follows =
          switch (difference.name()) {
            case "irr", "isr", "tmr", "ppr", "vector", "entries" -> true;
            default -> difference.name().startsWith("lvt_") && within(difference, LVT_MASK);
          };
      return follows && wasDisabled(vector, cpu, difference.step());
    }
  },
  /** Vectors 0 to 15 in an IPI: recorded as sent, with or without an error at the receiver. */
  ILLEGAL_VECTOR {
    @Override
    boolean explains(ApicVector vector, Difference difference) {
      if (!sendsIllegalVector(vector)) {
        return false;
      }
      return switch (difference.name()) {
        case "esr" -> within(difference, 0xE0);
        case "value" -> esrRead(vector, difference) && within(difference, 0xE0);
        case "irr" -> onlyIllegalVectors(difference) || errorLvt(vector, difference.cpu());
        case "isr", "ppr" -> errorLvt(vector, difference.cpu());
        case "vector" -> errorLvt(vector, stepCpu(vector, difference));
        default -> false;
      };
    }
  },
  /** x2APIC accesses that must raise #GP were recorded as done. */
  X2APIC_FAULT {
    @Override
    boolean explains(ApicVector vector, Difference difference) {
      boolean missingValue = difference.name().equals("value") && difference.actual().equals("#GP");
      boolean fault = difference.name().equals("gp") && difference.actual().equals("true");
      return (fault || missingValue) && difference.op().startsWith("msr_");
    }
  },
  /** An error was recorded as visible in ESR before any write to ESR. */
  ESR_LATCH {
    @Override
    boolean explains(ApicVector vector, Difference difference) {
      return difference.name().equals("esr")
          && vector.source().startsWith("qemu")
          && within(difference, 0x80);
    }
  },
  /**
   * TMR after a message to a cluster destination 0xFn that one emulator takes for all clusters. The
   * second emulator's TMR is not compared, so such a field rests on the first one alone.
   */
  CLUSTER_BROADCAST {
    @Override
    boolean applies(ApicVector vector, Difference first) {
      boolean alone = vector.agreeing().indexOf("qemu") < 0 && vector.source().startsWith("qemu");
      return alone && explains(vector, first);
    }

    @Override
    boolean explains(ApicVector vector, Difference difference) {
      return difference.name().equals("tmr") && clusterBroadcast(vector, difference.step());
    }
  },
  /**
   * A request of the 8259A that was recorded as kept after its line dropped, or without the
   * spurious interrupt that follows; or what the other emulator did as the data sheet says.
   */
  PIC_WITHDRAWN {
    @Override
    boolean applies(ApicVector vector, Difference first) {
      return PicRecording.applies(vector)
          && (PicRecording.asOther(vector, first)
              || PicRecording.keepsDropped(vector, first)
              || PicRecording.spuriousAfterDrop(vector, first));
    }

    @Override
    boolean explains(ApicVector vector, Difference difference) {
      return PicRecording.concerns(difference);
    }
  },
  /**
   * The slave's second request in automatic EOI mode was recorded without an edge at the master.
   */
  PIC_CASCADE_EDGE {
    @Override
    boolean applies(ApicVector vector, Difference first) {
      return PicRecording.applies(vector)
          && PicRecording.slaveEndsItself(vector)
          && first.name().equals("master.irr")
          && first.differentBits() == 1 << 2;
    }

    @Override
    boolean explains(ApicVector vector, Difference difference) {
      return PicRecording.concerns(difference);
    }
  };

  private static final long LVT_READ_ONLY = 1 << 12 | 1 << 14;
  private static final long LVT_MASK = 1 << 16;
  private static final long ICR_LOW_NOT_KEPT = 0xFFF3_3000L;
  private static final long ICR_HIGH_RESERVED = 0x00FF_FFFFL;
  private static final int SVR = 0x0F0;
  private static final int ESR = 0x280;
  private static final int LVT_ERROR = 0x370;
  private static final int MSR_BASE = 0x800;

  /** True when the class may be used for this recording, by what differs first. */
  boolean applies(ApicVector vector, Difference first) {
    return !vector.consensus();
  }

  /** True when the difference is what this class is about. */
  abstract boolean explains(ApicVector vector, Difference difference);

  private static boolean within(Difference difference, long bits) {
    return difference.differentBits() != -1 && (difference.differentBits() & ~bits) == 0;
  }

  private static JsonNode step(ApicVector vector, Difference difference) {
    return vector.steps().path(difference.step());
  }

  private static int stepCpu(ApicVector vector, Difference difference) {
    return step(vector, difference).path("cpu").asInt(-1);
  }

  // The page offset that a step reads or writes, by page or by MSR; -1 for any other step.
  private static int offset(JsonNode step) {
    if (step.has("offset")) {
      return (int) ApicVector.word(step, "offset");
    }
    return step.has("msr") ? ((int) ApicVector.word(step, "msr") - MSR_BASE) << 4 : -1;
  }

  private static boolean offset(ApicVector vector, Difference difference, int low, int high) {
    int offset = offset(step(vector, difference));
    return offset >= low && offset <= high;
  }

  private static boolean esrRead(ApicVector vector, Difference difference) {
    return offset(vector, difference, ESR, ESR);
  }

  private static boolean clusterBroadcast(ApicVector vector, int untilStep) {
    for (int i = 0; i <= untilStep && i < vector.steps().size(); i++) {
      JsonNode step = vector.steps().get(i);
      int destination = step.path("dest").asInt();
      if (step.path("dest_mode").asText().equals("logical")
          && destination >= 0xF0
          && destination < 0xFF) {
        return true;
      }
    }
    return false;
  }

  private static boolean wasDisabled(ApicVector vector, int cpu, int untilStep) {
    for (int i = 0; i <= untilStep && i < vector.steps().size(); i++) {
      JsonNode step = vector.steps().get(i);
      if (step.path("cpu").asInt(-1) == cpu
          && offset(step) == SVR
          && step.has("value")
          && (ApicVector.word(step, "value") & 0x100) == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean sendsIllegalVector(ApicVector vector) {
    for (JsonNode step : vector.steps()) {
      if (step.path("op").asText().equals("send_ipi") && illegal(ApicVector.word(step, "icr"))) {
        return true;
      }
      int offset = step.path("op").asText().endsWith("_write") ? offset(step) : -1;
      if ((offset == 0x300 || offset == 0x3F0) && illegal(ApicVector.word(step, "value"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean illegal(long icr) {
    return (icr & 0xFF) < 16 && (icr >>> 8 & 7) < 2;
  }

  private static boolean errorLvt(ApicVector vector, int cpu) {
    for (JsonNode step : vector.steps()) {
      if (step.path("cpu").asInt(-1) == cpu && offset(step) == LVT_ERROR && step.has("value")) {
        return true;
      }
    }
    return false;
  }

  private static boolean onlyIllegalVectors(Difference difference) {
    Set<String> different = new HashSet<>(list(difference.expected()));
    Set<String> both = new HashSet<>(different);
    Set<String> actual = list(difference.actual());
    both.retainAll(actual);
    different.addAll(actual);
    different.removeAll(both);
    return different.stream().allMatch(text -> text.length() < 3 && Integer.parseInt(text) < 16);
  }

  private static Set<String> list(String text) {
    String inner = text.substring(1, text.length() - 1).strip();
    return inner.isEmpty() ? Set.of() : Set.of(inner.split(", *"));
  }
}
