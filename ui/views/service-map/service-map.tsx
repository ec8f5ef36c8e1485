// Who talks to whom. The width of an edge is its rate, the red part of it what failed; a click on a service narrows the
// page to it. Of many services the busiest are drawn, and how many are not is said.

import { useMemo } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import type {
  ExploreMapEdge,
  ExploreServiceMap,
} from '../../../src/api/explore/contract/overview.ts';
import { useElementSize } from '../element-width.ts';
import { printDuration, printRate } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { drawMap } from './draw-map.ts';
import type { DrawnEdge, DrawnNode } from './draw-map.ts';
import './service-map.css';

export interface MapFigures {
  readonly requests: number;
  readonly errors: number;
}

interface ServiceMapProps {
  readonly map: ExploreServiceMap;
  /** Of services, for the words in their boxes. */
  readonly figures: ReadonlyMap<string, MapFigures>;
  readonly seconds: number;
  /** Null: all of them. */
  readonly selected: string | null;
  readonly onSelect: (service: string) => void;
  readonly onDoors: (at: MouseEvent | Element, node: DrawnNode) => void;
  readonly onEdgeDoors: (at: MouseEvent | Element, edge: ExploreMapEdge) => void;
}

const scaleMin = 0.8;

export function ServiceMap(props: ServiceMapProps) {
  const { map, figures, seconds, selected } = props;
  const { ref, size } = useElementSize();
  const drawing = useMemo(
    () => (size.width === 0 ? undefined : drawMap(map, figures, seconds, selected, size.width)),
    [map, figures, seconds, selected, size.width],
  );
  // Smaller than this nobody can read it: it is scrolled instead.
  const scale =
    drawing === undefined ? 1 : Math.min(1, Math.max(scaleMin, size.width / drawing.width));
  return (
    <div ref={ref} className="service-map" data-testid="service-map">
      {drawing !== undefined && (
        <>
          <svg
            width={drawing.width * scale}
            height={drawing.height * scale}
            viewBox={`0 0 ${drawing.width} ${drawing.height}`}
            role="group"
            aria-label={`Map of ${drawing.nodes.length} services and what they talk to`}
          >
            {drawing.edges.map((edge) => (
              <Edge key={edge.id} edge={edge} seconds={seconds} onDoors={props.onEdgeDoors} />
            ))}
            {drawing.nodes.map((node) => (
              <Node
                key={node.id}
                node={node}
                isSelected={node.kind === 'service' && node.name === selected}
                onSelect={props.onSelect}
                onDoors={props.onDoors}
              />
            ))}
          </svg>
          <EdgeTable edges={drawing.edges} seconds={seconds} onDoors={props.onEdgeDoors} />
          <p className="service-map-note dim">
            {drawing.hidden > 0 &&
              `${drawing.nodes.length} of ${drawing.nodes.length + drawing.hidden} shown, the busiest · `}
            {map.sampled !== null && `one trace in ${map.sampled.oneIn} looked at · `}
            numbers and width are the rate, red what failed, dashes a queue
          </p>
        </>
      )}
    </div>
  );
}

function edgeWords(edge: DrawnEdge, seconds: number): string {
  const { from, to, requests, errors, p95Ms, isMessaging } = edge.of;
  const failing =
    errors === 0 ? 'none failing' : `${((errors / requests) * 100).toFixed(1)} % failing`;
  const way = isMessaging ? ', by messages' : '';
  return `${from.name} → ${to.name}${way}: ${printRate(requests, seconds)}, ${failing}, p95 ${printDuration(p95Ms)}`;
}

interface EdgeProps {
  readonly edge: DrawnEdge;
  readonly seconds: number;
  readonly onDoors: ServiceMapProps['onEdgeDoors'];
}

function Edge({ edge, seconds, onDoors }: EdgeProps) {
  return (
    <g
      className="service-map-edge"
      aria-hidden="true"
      data-dim={edge.isDim || undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        onDoors(event, edge.of);
      }}
      onClick={(event) => onDoors(event, edge.of)}
    >
      <title>{edgeWords(edge, seconds)}</title>
      <path className="service-map-hit" d={edge.path} />
      <path
        className="service-map-flow"
        d={edge.path}
        strokeWidth={edge.width}
        strokeDasharray={edge.of.isMessaging ? '6 4' : undefined}
      />
      {edge.redWidth > 0 && (
        <path className="service-map-failing" d={edge.path} strokeWidth={edge.redWidth} />
      )}
      <path className="service-map-tip" d={edge.tip} />
      {edge.label !== null && (
        <text className="service-map-numbers number" x={edge.label.x} y={edge.label.y + 3.5}>
          {edge.label.rate}
          {edge.label.failing !== '' && <tspan>{` ${edge.label.failing}`}</tspan>}
        </text>
      )}
    </g>
  );
}

/** The same in words, for whoever does not see the curves; its buttons are reached by keyboard. */
function EdgeTable(props: {
  readonly edges: readonly DrawnEdge[];
  readonly seconds: number;
  readonly onDoors: ServiceMapProps['onEdgeDoors'];
}) {
  return (
    <ul className="service-map-edges" aria-label="Connections of the map">
      {props.edges.map((edge) => (
        <li key={edge.id}>
          <button type="button" onClick={(event) => props.onDoors(event.currentTarget, edge.of)}>
            {edgeWords(edge, props.seconds)}
          </button>
        </li>
      ))}
    </ul>
  );
}

const kindMarks: Readonly<Record<DrawnNode['kind'], string>> = {
  service: '',
  database: 'M-5 -3a5 2 0 0 1 10 0v6a5 2 0 0 1 -10 0zM-5 -3a5 2 0 0 0 10 0',
  queue: 'M-6 -4h12v8h-12zM-2 -4v8M2 -4v8',
  external: 'M-4 4L4 -4M-1 -4h5v5',
};

interface NodeProps {
  readonly node: DrawnNode;
  readonly isSelected: boolean;
  readonly onSelect: (service: string) => void;
  readonly onDoors: ServiceMapProps['onDoors'];
}

function Node({ node, isSelected, onSelect, onDoors }: NodeProps) {
  const isService = node.kind === 'service';
  const press = (event: MouseEvent | KeyboardEvent): void => {
    if (isService) onSelect(node.name);
    else onDoors(event.currentTarget, node);
  };
  return (
    <g
      className="service-map-node"
      data-kind={node.kind}
      data-dim={node.isDim || undefined}
      data-selected={isSelected || undefined}
      data-testid="map-node"
      transform={`translate(${node.x - node.width / 2} ${node.y - node.height / 2})`}
      role="button"
      tabIndex={0}
      aria-pressed={isService ? isSelected : undefined}
      aria-label={`${node.shownName} ${node.figures}, ${node.words}`}
      onClick={press}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ' && event.key !== 'm') return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key === 'm') onDoors(event.currentTarget, node);
        else press(event);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        onDoors(event, node);
      }}
    >
      <title>{node.words}</title>
      <rect className="service-map-box" width={node.width} height={node.height} rx="4" />
      {node.errorShare > 0 && (
        <rect
          className="service-map-errors"
          y={node.height - 3}
          width={Math.max(3, node.width * node.errorShare)}
          height="3"
          rx="1.5"
        />
      )}
      {isService ? (
        <circle cx="12" cy="14" r="4" fill={serviceColor(node.name)} />
      ) : (
        <path className="service-map-kind" d={kindMarks[node.kind]} transform="translate(12 14)" />
      )}
      <text x="22" y="18">
        {node.shownName}
      </text>{' '}
      <text x="22" y="32" className="service-map-figures number">
        {node.figures}
      </text>
    </g>
  );
}
