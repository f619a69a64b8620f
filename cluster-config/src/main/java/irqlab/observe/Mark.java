package irqlab.observe;

/** Kinds of recorded events beside fates. The two words are given in brackets. */
public enum Mark {
  /** A device raised [entry, intended time in ps]. */
  RAISE,
  /** A message reached a local APIC [cpu << 8 | vector, bit 32: in service; intended ps]. */
  ACCEPT,
  /** A core acknowledged [cpu << 8 | vector, intended time in ps]. */
  DISPATCH,
  /** EOI was written [cpu, vector]. */
  EOI,
  /** A handler returned [cpu, vector]. */
  RETURN,
  /** An affinity move was asked for [irq, cpu]. */
  MOVE_ASKED,
  /** The message of an interrupt was rewritten [irq, cpu << 8 | vector]. */
  MOVE_DONE,
  /** The old vector was given back [irq, cpu << 8 | vector]. */
  MOVE_CLEANED,
  /** The kernel refused an affinity write [irq, errno]. */
  MOVE_REFUSED,
  /** An entry was masked or unmasked [entry, 1 or 0]. */
  MASK,
  /** A line changed [pin, 1 or 0]. */
  LINE
}
