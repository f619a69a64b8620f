/**
 * A machine on paper: which CPUs, IO-APICs, PCIe functions and legacy lines it has, and how long
 * the wires between them are.
 *
 * <p>Plain immutable records, safe to share between threads. Every list is a copy, every time is in
 * picoseconds, every optional setting is filled in by the reader, so that whoever assembles the
 * machine decides nothing. Start at {@link irqlab.topology.Topology}; texts become records in
 * {@link irqlab.topology.TopologyReader}, and what may not be is in {@code TopologyChecks}. The
 * strict HOCON reader underneath is {@link irqlab.topology.hocon}.
 */
package irqlab.topology;
