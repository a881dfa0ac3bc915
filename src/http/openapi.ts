/** The description of the interface, generated from the schemas that the requests are checked against. */
import swagger from '@fastify/swagger';
import type { TSchema } from 'typebox';
import type { App } from './dependencies.ts';
import { SyncProblem, SyncReport } from './schemas/operator-commands.ts';
import { CommandResult } from './schemas/many-orders.ts';
import { Problem } from './schemas/common.ts';
import { LoggedEvent } from './schemas/events.ts';
import { Halt } from './schemas/halts.ts';
import { Reconciliation, SyncIssue } from './schemas/lists.ts';
import { OrderConfiguration, PositiveDecimal, Timestamp } from './schemas/order-configuration.ts';
import { OrderAccepted, OrderRequest, Policy } from './schemas/place.ts';
import { MovedOrder, OrderDetail, OrderEvent, OrderFill, Trade, OrderState } from './schemas/trade.ts';

const NAMED: TSchema[] = [
  OrderRequest,
  OrderConfiguration,
  PositiveDecimal,
  Timestamp,
  Policy,
  OrderAccepted,
  Trade,
  MovedOrder,
  OrderDetail,
  OrderEvent,
  LoggedEvent,
  OrderFill,
  OrderState,
  SyncReport,
  SyncProblem,
  CommandResult,
  SyncIssue,
  Reconciliation,
  Halt,
  Problem,
];

const TOKEN_SCHEME = {
  type: 'http',
  scheme: 'bearer',
  description:
    'Each operation names the roles of a token of which one is enough: read, place or operate; place and operate may read, too. A token for all (ORDER_SYNC_HTTP_TOKEN) has every role.',
} as const;

/** Names the operations whose body may be left out; the generator takes every body for required. */
const OPTIONAL_BODY = 'x-optional-body';
export const optionalBody = { [OPTIONAL_BODY]: true };

/** Must come before the routes. */
export async function describeRoutes(app: App, needsToken: boolean): Promise<void> {
  for (const schema of NAMED) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'order-sync',
        version: '1',
        description: 'Places orders, monitors them and shows their state. Decimals are strings, times RFC 3339 in UTC.',
      },
      components: { securitySchemes: { token: TOKEN_SCHEME } },
    },
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, index) => String(json.$id ?? `def-${index}`) },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      for (const path of Object.values(document.openapiObject.paths ?? {})) {
        letBodyBeOptional(path);
        if (!needsToken) for (const operation of [path?.get, path?.post]) delete operation?.security;
      }
      if (!needsToken) delete document.openapiObject.components?.securitySchemes;
      return document.openapiObject;
    },
  });
}

function letBodyBeOptional(path: { post?: object } | undefined): void {
  const operation: Record<string, unknown> = { ...path?.post };
  if (path === undefined || operation[OPTIONAL_BODY] === undefined) return;
  const { [OPTIONAL_BODY]: _mark, requestBody, ...rest } = operation;
  path.post = { ...rest, requestBody: { ...(requestBody as object), required: false } };
}
