package irqlab.topology;

/**
 * One component of a machine.
 *
 * @param path its name in the whole machine, {@code cpu/0/lapic}
 * @param role which kind of node may host it
 */
public record ComponentSpec(String path, Role role) {}
