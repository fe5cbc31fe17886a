<?php

namespace App\Http\Middleware;

use App\PosthasteSignature;
use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/** The middleware: Route::post('/hooks/order', …)->middleware(VerifyPosthaste::class), outside of CSRF protection. */
final class VerifyPosthaste
{
    public function handle(Request $request, Closure $next): Response
    {
        $signature = new PosthasteSignature(config('services.posthaste.secret'));
        $holds = $signature->holds(
            $request->header('webhook-id'),
            $request->header('webhook-timestamp'),
            $request->header('webhook-signature'),
            $request->getContent(),
        );
        abort_unless($holds, 401);

        return $next($request);
    }
}
