import { Body, Controller, Headers, Inject, Res } from '@nestjs/common';
import { Preferences, PreferencesResource, type Principal } from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import type { Adapters } from '../adapters.ts';
import { Caller } from '../answers/call.ts';
import { requireVersion, tagWithVersion } from '../answers/etag.ts';
import { Operation } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';

/** How the caller likes the dashboard. Everybody has their own and sees no other's. */
@Controller()
export class PreferencesController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('preferences.get', { response: PreferencesResource })
  async get(
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PreferencesResource> {
    const stored = (await this.adapters.preferences.of(caller.workspaceId, caller.subject)) ?? {
      version: 0,
      preferences: Preferences.parse({}),
    };
    tagWithVersion(reply, stored.version);
    return stored;
  }

  @Operation('preferences.put', { response: PreferencesResource })
  async put(
    @Caller() caller: Principal,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: Preferences }) body: Preferences,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PreferencesResource> {
    const seen = requireVersion(ifMatch);
    const stored = await this.adapters.preferences.put(caller.workspaceId, caller.subject, seen, body);
    if (stored === undefined)
      throw new ProblemError(
        'version-changed',
        `You saw version ${seen}. Read your preferences again, and put your change into what they are now.`,
      );
    tagWithVersion(reply, stored.version);
    return stored;
  }
}
