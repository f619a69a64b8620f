package irqlab.answers;

import irqlab.cpu.core.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Moves that scripts are made of. */
public final class Moves {
  /** ICR: fixed, to the destination, asserted. */
  public static final int FIXED = 0x4000;

  /** ICR: NMI. */
  public static final int NMI = 0x4400;

  /** ICR: INIT. */
  public static final int INIT = 0x4500;

  /** ICR: to oneself. */
  public static final int TO_SELF = 1 << 18;

  /** ICR: to all but oneself. */
  public static final int TO_OTHERS = 3 << 18;

  private static final int TPR = 0x080;
  private static final int ICR_LOW = 0x300;
  private static final int ICR_HIGH = 0x310;

  private Moves() {}

  /** A list from single moves. */
  public static List<Move> list(Move... moves) {
    return Arrays.asList(moves);
  }

  /** A list from steps that are always the same. */
  public static List<Move> steps(Step... steps) {
    List<Move> moves = new ArrayList<>();
    for (Step step : steps) {
      moves.add(Move.step(step));
    }
    return moves;
  }

  /** One list after another. */
  @SafeVarargs
  public static List<Move> join(List<Move>... lists) {
    List<Move> all = new ArrayList<>();
    for (List<Move> each : lists) {
      all.addAll(each);
    }
    return all;
  }

  /** Writes ICR in the page: high, then low, which sends. */
  public static List<Move> ipi(int apicId, int icrLow) {
    return steps(write(ICR_HIGH, apicId << 24), write(ICR_LOW, icrLow));
  }

  /** A fixed IPI to oneself. */
  public static List<Move> self(int vector) {
    return ipi(0, FIXED | TO_SELF | vector);
  }

  /** Writes TPR in the page. */
  public static Step taskPriority(int value) {
    return write(TPR, value);
  }

  /** Writes a register of the page. */
  public static Step write(int offset, int value) {
    return Step.of(Step.Op.LAPIC_WRITE, offset, Integer.toUnsignedLong(value));
  }

  /** Reads a register of the page. */
  public static Step read(int offset) {
    return Step.of(Step.Op.LAPIC_READ, offset, 0);
  }

  /** Stores 32 bits at an address that is not host memory. */
  public static Step store(long address, int value) {
    return Step.of(Step.Op.MMIO_WRITE, address, Integer.toUnsignedLong(value));
  }

  /** Loads from an address that is not host memory. */
  public static Step load(long address) {
    return Step.of(Step.Op.MMIO_READ, address, 0);
  }

  /** OUT. */
  public static Step out(int port, int value) {
    return Step.of(Step.Op.PORT_WRITE, port, value);
  }

  /** WRMSR; a machine of scripts has no handler of #GP unless it is given one. */
  public static Step wrmsr(int msr, long value) {
    return Step.of(Step.Op.MSR_WRITE, msr, value);
  }

  /** Executes for so many nanoseconds. */
  public static Step workNs(long ns) {
    return Step.compute(ns * 1_000);
  }
}
